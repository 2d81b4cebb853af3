pipeline {
    agent { label 'linux && docker' }
    environment {
        SONAR_HOST = 'https://sonar.kranich.test'
        SONAR_TOKEN = '⟦sonarqube.token|squ_b9d91f4ec904284eb3b3f73a8097a54a075419a9⟧'
        NEXUS = credentials('nexus-deployer')
        ARTIFACTORY_KEY = '⟦artifactory.api_key|AKCpPrVRo7nCDT8WG6InUX3YiXbOXVeSz5MbpYbolGjdJPRmbthSjt2reOjAihTTFyQEkUTKk⟧'
        BUILD_HASH = "${env.GIT_COMMIT}"
    }
    options { timeout(time: 40, unit: 'MINUTES'); buildDiscarder(logRotator(numToKeepStr: '20')) }
    stages {
        stage('build') {
            steps { sh './mvnw -B -DskipTests package' }
        }
        stage('sonar') {
            steps { sh "./mvnw sonar:sonar -Dsonar.host.url=${SONAR_HOST} -Dsonar.login=${SONAR_TOKEN}" }
        }
        stage('deploy') {
            when { branch 'main' }
            steps {
                sh '''
                  sshpass -p '⟦password|Zaunkoenig#4⟧' scp target/app.war tomcat@app-03:/opt/tomcat/webapps/
                  curl -s -u deployer:"$NEXUS_PSW" --upload-file target/app.war https://nexus.kranich.test/repository/releases/app.war
                  curl -H "X-JFrog-Art-Api: ${ARTIFACTORY_KEY}" -T target/app.war https://kranich.jfrog.io/artifactory/libs/app.war
                '''
            }
        }
    }
    post { failure { slackSend channel: '#builds', tokenCredentialId: 'slack-bot', message: "kaputt: ${env.BUILD_URL}" } }
}
