import { render } from 'preact'
import { App } from './app.tsx'
import './style/page.css'
import './style/parts.css'
import './style/views.css'

const page = document.getElementById('page')
if (page) render(<App />, page)
